// The door of @anthracite/puppet-reporter.

export {};
