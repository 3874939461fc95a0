# An ignored failure, together with a change.
file "#{node['webapp']['target']}/forgiving" do
  content "x\n"
end

execute 'optional step' do
  command 'exit 4'
  ignore_failure true
end
