# frozen_string_literal: true

require 'yaml'

# The text of anthracite.yaml.
Puppet::Functions.create_function(:'anthracite::settings_text') do
  # @param settings Settings by their names. A sensitive value is written out: keep the text sensitive.
  # @return The text, as YAML.
  dispatch :text do
    param 'Hash[String, Any]', :settings
    return_type 'String'
  end

  def text(settings)
    plain = settings.transform_values { |value| value.respond_to?(:unwrap) ? value.unwrap : value }
    "# Managed by Puppet.\n#{plain.to_yaml.sub(/\A---\n/, '')}"
  end
end
