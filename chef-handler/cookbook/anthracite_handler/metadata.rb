# frozen_string_literal: true

name 'anthracite_handler'
maintainer 'The Anthracite authors'
license 'Apache-2.0'
description 'Tells Anthracite what Chef changed, and where it failed'
version '0.1.0'
chef_version '>= 16.0'
