"""The closed list of platforms."""

from core.platforms import agoda, airbnb, booking_com, expedia, generic, gommt, vrbo
from core.platforms.base import Platform

PLATFORMS: dict[str, Platform] = {
    module.PLATFORM.code: module.PLATFORM for module in (airbnb, booking_com, vrbo, agoda, expedia, gommt, generic)
}
