# A command that is also the name of its resource, and contains a secret.
execute "printf '%s' 'Authorization: Bearer s3cret-token' > /dev/null || true"
