"""Tables: releases of figures."""
