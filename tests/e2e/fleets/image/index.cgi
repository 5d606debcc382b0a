#!/bin/sh
status="200 OK"
said=$(sh -c "$ANSWER" 2>&1) || status="500 Failed"
printf 'Status: %s\r\nContent-Type: text/plain\r\n\r\n%s\n' "$status" "$said"
