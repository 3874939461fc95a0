# A recipe that does not compile.
directory node['webapp']['target']
no_such_resource 'x'
