"""Settings: defaults for a trial, refusals in words that name the variable."""

import pytest

from issuer.settings import DEMO_IDENTITY_ORIGIN, SettingsError, read_settings

PRODUCTION = {
    "PATEVA_ENVIRONMENT": "production",
    "PATEVA_PUBLIC_URL": "https://merkit.example.fi",
    "PATEVA_SIGNER": "in-process",
}


def test_without_any_variable_the_defaults_suit_a_trial_on_one_machine():
    settings = read_settings({})
    assert settings.home.name == "var"
    assert settings.database_url.startswith("sqlite:///")
    assert settings.public_url == "http://localhost:8000"
    assert settings.identity_origin == DEMO_IDENTITY_ORIGIN
    assert settings.language == "fi"
    assert settings.fast_path
    assert not settings.secure_cookies


def test_an_https_public_address_is_also_the_identity_origin():
    assert read_settings({"PATEVA_PUBLIC_URL": "https://Merkit.Example.fi/"}).identity_origin == (
        "https://merkit.example.fi"
    )


def test_the_port_stays_in_the_public_address():
    assert read_settings({"PATEVA_PUBLIC_URL": "http://127.0.0.1:8123"}).public_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATEVA_PUBLIC_URL", "ftp://example.fi"),
        ("PATEVA_PUBLIC_URL", "https://example.fi/path"),
        ("PATEVA_PUBLIC_URL", "https://user:secret@example.fi"),
        ("PATEVA_PUBLIC_URL", "https://example.fi?x=1"),
        ("PATEVA_PUBLIC_URL", "https://exa mple.fi"),
        ("PATEVA_PUBLIC_URL", "https://example.fi:99999"),
        ("PATEVA_PUBLIC_URL", "example.fi"),
        ("PATEVA_IDENTITY_ORIGIN", "http://example.fi"),
        ("PATEVA_LANGUAGE", "de"),
        ("PATEVA_FAST_PATH", "maybe"),
        ("PATEVA_ENVIRONMENT", "prod"),
    ],
)
def test_a_malformed_value_is_refused_by_the_name_of_its_variable(name, value):
    with pytest.raises(SettingsError) as refusal:
        read_settings({name: value})
    assert refusal.value.name == name


def test_a_database_address_is_read_from_the_file_of_its_twin(tmp_path):
    (tmp_path / "url").write_text("postgresql://pateva:secret@db/pateva\n")
    settings = read_settings({"PATEVA_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert settings.database_url == "postgresql://pateva:secret@db/pateva"


def test_a_variable_and_its_file_twin_together_are_refused(tmp_path):
    (tmp_path / "url").write_text("sqlite:///x")
    with pytest.raises(SettingsError, match="keep one"):
        read_settings({"PATEVA_DATABASE_URL": "sqlite:///y", "PATEVA_DATABASE_URL_FILE": str(tmp_path / "url")})


@pytest.mark.parametrize("content", [b"", b"x" * 4097, b"\xff"])
def test_a_settings_file_that_is_empty_too_long_or_not_text_is_refused(tmp_path, content):
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(SettingsError) as refusal:
        read_settings({"PATEVA_KEY_PASSPHRASE_FILE": str(tmp_path / "secret")})
    assert refusal.value.name == "PATEVA_KEY_PASSPHRASE_FILE"


def test_a_settings_file_that_is_absent_is_refused_without_its_path(tmp_path):
    with pytest.raises(SettingsError) as refusal:
        read_settings({"PATEVA_KEY_PASSPHRASE_FILE": str(tmp_path / "nowhere")})
    assert str(tmp_path) not in str(refusal.value)


def test_production_starts_with_https_and_an_explicit_signer():
    settings = read_settings(PRODUCTION)
    assert settings.kind == "production"
    assert settings.secure_cookies


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"PATEVA_PUBLIC_URL": "http://merkit.example.fi"}, "PATEVA_PUBLIC_URL"),
        ({"PATEVA_IDENTITY_ORIGIN": DEMO_IDENTITY_ORIGIN}, "PATEVA_IDENTITY_ORIGIN"),
        ({"PATEVA_SIGNER": ""}, "PATEVA_SIGNER"),
        ({"PATEVA_DATABASE_URL": "postgresql://u:secret@db/pateva"}, "PATEVA_DATABASE_URL"),
    ],
)
def test_production_refuses_what_is_meant_for_trials(change, name):
    with pytest.raises(SettingsError) as refusal:
        read_settings({**PRODUCTION, **change})
    assert refusal.value.name == name
