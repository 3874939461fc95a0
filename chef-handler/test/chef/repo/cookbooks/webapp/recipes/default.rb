# The first run changes these resources; the second run changes only the commands.
target = node['webapp']['target']

directory target

file "#{target}/app.conf" do
  content "password = file-s3cret\nworkers = 4\n"
  notifies :run, 'execute[restart webapp]', :delayed
end

webapp_vhost 'shop.example.com' do
  root target
end

file "#{target}/db.password" do
  content 'sensitive-s3cret'
  sensitive true
end

execute 'restart webapp' do
  command "echo restarted >> #{target}/restarts.log"
  action :nothing
end

execute 'only when asked' do
  command '/bin/true'
  only_if { false }
end

log 'deploy marker'
