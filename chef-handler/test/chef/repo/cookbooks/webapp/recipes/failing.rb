# A command that fails after a change and before a resource that is not run.
target = node['webapp']['target']

directory target

file "#{target}/motd" do
  content "hello\n"
end

execute 'migrate database' do
  command "echo connecting with --password=command-s3cret; echo 'ERROR: relation orders does not exist' >&2; exit 3"
end

file "#{target}/after.conf"
