# @summary Configures the report processor that sends Puppet's changes to Anthracite.
#
# Apply it to the hosts that process reports: the puppetservers, or without a puppetserver, every node. The processor is
# part of the module: puppetserver finds it in the module path of its environments, `puppet apply` in its own.
#
# @example Over the line port, from puppetservers in a network that Anthracite's setting `tcp-allow` includes
#   class { 'anthracite':
#     host    => 'anthracite.example.com',
#     reports => 'store,anthracite',
#   }
#
# @example Over HTTPS, with a token
#   class { 'anthracite':
#     url   => 'https://anthracite.example.com',
#     token => Sensitive(lookup('anthracite_token')),
#   }
#
# @param host The host of Anthracite's line port. Not with `url`.
# @param port The number of the line port.
# @param url The URL of Anthracite's HTTP API. Not with `host`.
# @param token The token for the HTTP API; the role `write` is enough.
# @param settings Further settings of anthracite.yaml, such as `tags` or `ignore_resources`.
# @param reports
#   The value for Puppet's setting `reports` in the section `section` of puppet.conf; by default it is not changed.
# @param section The section of puppet.conf: `server` on puppetservers, `main` for `puppet apply`.
# @param config_file The file with the settings.
# @param owner The owner of the file.
# @param group The group of the file; it must be able to read the file.
class anthracite (
  Optional[String[1]] $host = undef,
  Integer[1, 65535] $port = 2005,
  Optional[Pattern[/\Ahttps?:\/\//]] $url = undef,
  Optional[Sensitive[String[1]]] $token = undef,
  Hash[String[1], Any] $settings = {},
  Optional[Pattern[/\A[a-z0-9_]+(, *[a-z0-9_]+)*\z/]] $reports = undef,
  Enum['server', 'master', 'main', 'user'] $section = 'server',
  Pattern[/\A\//] $config_file = "${settings::confdir}/anthracite.yaml",
  String[1] $owner = 'root',
  String[1] $group = 'puppet',
) {
  if $host and $url {
    fail('anthracite: set host or url, not both')
  }
  if $token and !$url {
    fail('anthracite: token needs url, because lines carry no token')
  }

  $where = $url ? {
    undef   => { 'host' => $host, 'port' => $port },
    default => { 'url' => $url, 'token' => $token },
  }
  $all = ($where + $settings).filter |$_name, $value| { $value =~ NotUndef }

  file { $config_file:
    ensure    => file,
    owner     => $owner,
    group     => $group,
    mode      => '0640',
    content   => Sensitive(anthracite::settings_text($all)),
    show_diff => false,
  }

  if $reports {
    $puppet = "puppet config --confdir '${settings::confdir}' --section ${section}"
    exec { 'anthracite: set the setting reports':
      command => "${puppet} set reports '${reports}'",
      unless  => "test \"$(${puppet} print reports)\" = '${reports}'",
      path    => ['/opt/puppetlabs/bin', '/usr/local/bin', '/usr/bin', '/bin'],
    }
  }
}
