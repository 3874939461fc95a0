default['webapp']['db_password'] = 'attr-s3cret'
