"""How fast the product is: made-up data, clocks and the machine they ran on."""
