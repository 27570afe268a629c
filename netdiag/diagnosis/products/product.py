"""`Product`: one client, server or network product, as its data file describes it.

Types and what can be asked of them. Where they come from is left to
`netdiag.diagnosis.products.store`, finding a product by a header to
`netdiag.diagnosis.products.recognise`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from netdiag.diagnosis.products.habits import Habits
from netdiag.diagnosis.products.remedies import Purpose, Remedy, RemedyTemplate, Role
from netdiag.diagnosis.products.version_ranges import VersionRange

Outcome: TypeAlias = Literal["reset-after-fin", "closed", "reset", "timeout", "refused", "told-why"]
"""What a request met, as its client can tell the cases apart:

- ``told-why``: the server had said why it closes (``<said>``), and the client reads that now;
- ``reset-after-fin``: an RST answered a reuse after the server's FIN had been delivered;
- ``closed``: end of the stream instead of a response, without an RST;
- ``reset``: an RST on an ESTABLISHED socket;
- ``timeout``: silence;
- ``refused``: an RST answered the SYN.
"""

Kind: TypeAlias = Literal["idle", "age", "requests", "check", "request"]
"""What a setting limits: idle time, a connection's age, the number of its requests, the idle time
after which it is checked before reuse, or the wait for (the rest of) a request."""


class Signature(Struct, frozen=True):
    """How a product shows itself in a ``User-Agent`` (as client) or ``Server`` header.

    Attributes:
        role: the side that sends the header.
        pattern: a regular expression, searched in the header; its group ``version``, where it has
            one, is what the header says of that.
        examples: real headers that match this signature and no other product's.
    """

    role: Role
    pattern: str
    examples: tuple[str, ...]


class Setting(Struct, frozen=True):
    """A documented setting.

    Attributes:
        name: as the product's documentation spells it.
        role: the side of the connection on which the product applies it.
        kind: what it limits.
        main: whether it is what ends this product's idle connections.
        default_seconds: the documented default; None where there is no limit (or no time).
        default_requests: the default of a setting of kind ``requests``.
        late_seconds: how much later than set the product acts at the earliest; negative where it
            may act earlier.
        tick_seconds: how often its timer looks, which makes it act up to so much later again; 0 for
            one that does not tick, None where it is not known.
        whole_seconds: whether it takes no fractions of a second.
        versions: for which versions this default holds.
        where: where it is set.
        source: where the default can be read.
        note: a remark for the reader, or an empty string.
    """

    name: str
    role: Role
    kind: Kind
    main: bool
    default_seconds: float | None
    default_requests: int | None
    late_seconds: float
    tick_seconds: float | None
    whole_seconds: bool
    versions: VersionRange
    where: str
    source: str
    note: str


class Product(Struct, frozen=True):
    """One product.

    Attributes:
        slug: the data file's name without its ending.
        name: for a reader.
        roles: the sides that it can be; a proxy is client and server.
        protocols: families of protocols that it speaks: ``http``, ``mysql``, ``postgresql``,
            ``redis``; empty where it passes on any.
        implied_by: protocols that are enough to assume this server, or this family of clients.
        unseen: why no header names it, one sentence; empty where it has signatures.
        signatures: how it shows itself.
        settings: what can be set, with defaults.
        habits: how it acts where no header names it, at most one a side.
        remedies: advice by purpose.
        symptoms: what its log says, by outcome.
    """

    slug: str
    name: str
    roles: tuple[Role, ...]
    protocols: tuple[str, ...]
    implied_by: tuple[str, ...]
    unseen: str
    signatures: tuple[Signature, ...]
    settings: tuple[Setting, ...]
    habits: tuple[Habits, ...]
    remedies: Mapping[Purpose, RemedyTemplate]
    symptoms: Mapping[Outcome, str]

    def remedy(
        self, purpose: Purpose, *, limit_s: float | None, server_s: float | None
    ) -> Remedy | None:
        """Give advice for this purpose, or None where the product has none.

        Args:
            purpose: what the advice shall achieve.
            limit_s: what the client's idle limit should be, where known.
            server_s: what the server's idle timeout should be raised to, where known.
        """
        template = self.remedies.get(purpose)
        if template is None:
            return None
        return template.fill(self.name, limit_s=limit_s, server_s=server_s)

    def symptom(self, outcome: Outcome) -> str | None:
        """Tell what this client's log says after such an outcome; None where not known."""
        return self.symptoms.get(outcome)

    def main_settings(
        self, version: str | None = None, role: Role | None = None
    ) -> tuple[Setting, ...]:
        """Select the settings that end idle connections, for a version and a side (None: any)."""
        return tuple(
            setting
            for setting in self.settings
            if setting.main
            and setting.versions.holds_for(version)
            and (role is None or setting.role == role)
        )

    def default_seconds(self, version: str | None = None, role: Role | None = None) -> float | None:
        """Look up the one default of the main setting.

        None where versions or sides differ (see `main_settings` for all of them), where it is
        not known, and where by default there is no limit.
        """
        defaults = {setting.default_seconds for setting in self.main_settings(version, role)}
        return defaults.pop() if len(defaults) == 1 else None
