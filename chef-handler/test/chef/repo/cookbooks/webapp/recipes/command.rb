# A command that is its own name, and holds a secret.
execute "printf '%s' 'Authorization: Bearer s3cret-token' > /dev/null || true"
