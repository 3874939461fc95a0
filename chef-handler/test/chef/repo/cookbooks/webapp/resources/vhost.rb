resource_name :webapp_vhost
provides :webapp_vhost
unified_mode true

property :root, String, required: true

action :create do
  file "#{new_resource.root}/#{new_resource.name}.conf" do
    content "server #{new_resource.name};\n"
  end
end
