"""Who acts in a participant's own view: the participant, on an own or a shared device, alone or with support."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The participant whose own web session is living. Staff are never holders; holders never have staff's rights.

    Attributes:
        person_id: inner id; it stands in no address.
        institution_id: the provider that the person is a participant of.
        shared_device: whether others use the device, too: the view then closes after 20 quiet minutes.
        supported: whether the view was opened with support on a supporter's device (privacy.md PH2); receipts say so.
    """

    person_id: str
    institution_id: str
    shared_device: bool
    supported: bool
