# Sends over HTTPS with a token, and adds a tag with the data centre.
class { 'anthracite':
  url      => 'https://anthracite.example.com',
  token    => Sensitive('write-only-token'),
  reports  => 'store,anthracite',
  settings => { 'tags' => ['dc=ams'], 'ignore_resources' => ['Notify', 'File[/tmp/*]'] },
}
