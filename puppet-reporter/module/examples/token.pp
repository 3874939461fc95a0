# Sends by HTTPS, with a token, and says which data centre it is.
class { 'anthracite':
  url      => 'https://anthracite.example.com',
  token    => Sensitive('write-only-token'),
  reports  => 'store,anthracite',
  settings => { 'tags' => ['dc=ams'], 'ignore_resources' => ['Notify', 'File[/tmp/*]'] },
}
