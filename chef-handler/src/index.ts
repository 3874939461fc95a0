// The door of @anthracite/chef-handler.

export {};
