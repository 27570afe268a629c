"""The fourth room: finds requests, their responses and the way each connection ended."""

from netdiag.exchanges.endings import find_endings
from netdiag.exchanges.find import find_exchanges
from netdiag.exchanges.protocols import mark_payloads
from netdiag.exchanges.role import Farewell, Protocol, Role
from netdiag.exchanges.roles import Speech, find_roles
from netdiag.exchanges.setting_aside import SettingAside
from netdiag.exchanges.settled import Settled, settle
from netdiag.exchanges.settling import setting_aside
from netdiag.exchanges.table import CloseKind, Endings, Exchanges

__all__ = [
    "CloseKind",
    "Endings",
    "Exchanges",
    "Farewell",
    "Protocol",
    "Role",
    "SettingAside",
    "Settled",
    "Speech",
    "find_endings",
    "find_exchanges",
    "find_roles",
    "mark_payloads",
    "setting_aside",
    "settle",
]
