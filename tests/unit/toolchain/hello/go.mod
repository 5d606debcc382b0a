module slipway/tests/hello

go 1.25
