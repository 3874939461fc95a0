# frozen_string_literal: true

require 'yaml'
require_relative '../../../puppet_x/anthracite/settings'

# Returns the text of anthracite.yaml.
Puppet::Functions.create_function(:'anthracite::settings_text') do
  # @param settings Settings by name. The text contains sensitive values in plain text: keep it sensitive.
  # @return The text, as YAML.
  dispatch :text do
    param 'Hash[String, Any]', :settings
    return_type 'String'
  end

  # Reports mistakes when the catalog is compiled, instead of later in the log of puppetserver.
  def text(settings)
    plain = settings.transform_values { |value| value.respond_to?(:unwrap) ? value.unwrap : value }
    PuppetX::Anthracite::Settings.from(plain)
    "# Managed by Puppet.\n#{plain.to_yaml.sub(/\A---\n/, '')}"
  end
end
