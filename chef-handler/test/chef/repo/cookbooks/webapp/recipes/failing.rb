# A command that fails, between what was done and what is not done any more.
target = node['webapp']['target']

directory target

file "#{target}/motd" do
  content "hello\n"
end

execute 'migrate database' do
  command "echo connecting with --password=command-s3cret; echo 'ERROR: relation orders does not exist' >&2; exit 3"
end

file "#{target}/after.conf"
