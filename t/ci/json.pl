#!/usr/bin/perl
# json.pl <file>: a YAML file as JSON
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP;
use Yaml;

print JSON::PP->new->canonical->allow_nonref->encode(Yaml::file($ARGV[0])), "\n";
