name 'webapp'
version '1.4.2'
