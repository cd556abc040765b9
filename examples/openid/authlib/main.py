import logging
import os
import secrets
import signal
import sys
from urllib.parse import urlencode

try:
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.flask_client import OAuth
    from flask import Flask, redirect, render_template_string, request, session
    import requests  # noqa: F401, Authlib's client for Flask uses it
except ModuleNotFoundError as error:
    sys.exit(
        f"The Python module {error.name} is missing. Install Debian's python3-authlib, python3-flask and "
        "python3-requests, or `pip install Authlib Flask requests`. PYTHON names another interpreter."
    )

for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "SITE", "PORT"):
    if not os.environ.get(name):
        sys.exit(f"The variable {name} is missing.")
SITE = os.environ["SITE"]

app = Flask(__name__)
# A new key signs everybody out: set your own in production.
app.secret_key = os.environ.get("SECRET_KEY") or secrets.token_hex(32)
# Lax keeps the cookie away from forms of other sites.
app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=SITE.startswith("https:"))

tmdb = OAuth(app).register(
    "tmdb",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Evening Reel</title>
<style>
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui }
  body { max-width: 32rem; margin: 10vh auto; padding: 0 1.25rem }
  button { font: inherit; padding: .5rem 1rem }
</style>
{% if user %}
<h1>Good evening, {{ user.name }}</h1>
<form method="post" action="/logout"><button>Sign out</button></form>
{% else %}
<h1>Evening Reel</h1>
{% if error == "access_denied" %}<p role="alert">You did not allow it.</p>
{% elif error %}<p role="alert">It did not work. Try again.</p>{% endif %}
<form method="post" action="/login"><button>Sign in with TMDB</button></form>
{% endif %}
</html>"""


@app.get("/")
def home():
    return render_template_string(PAGE, user=session.get("user"), error=request.args.get("error"))


@app.post("/login")
def login():
    return tmdb.authorize_redirect(f"{SITE}/callback")


@app.get("/callback")
def callback():
    try:
        token = tmdb.authorize_access_token()
    except OAuthError as error:
        return redirect(f"/?{urlencode({'error': error.error})}")
    session["user"] = {"name": token["userinfo"]["name"]}
    session["id_token"] = token["id_token"]
    return redirect("/")


@app.post("/logout")
def logout():
    """Also ends the session at the provider."""
    id_token = session.get("id_token")
    session.clear()
    if id_token is None:
        return redirect("/")
    query = {"id_token_hint": id_token, "post_logout_redirect_uri": f"{SITE}/"}
    return redirect(f"{tmdb.load_server_metadata()['end_session_endpoint']}?{urlencode(query)}")


# The log of requests would show codes of sign-ins.
logging.getLogger("werkzeug").setLevel(logging.WARNING)
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
