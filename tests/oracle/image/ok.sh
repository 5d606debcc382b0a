#!/bin/sh
# Whatever is asked for, it is there: what ss prints of a mail server.
echo "LISTEN 0.0.0.0:smtp"
