"""What each rule must find: every statement is a mistake, under the name of the rule that sees it."""
# ruff: noqa
# mypy: ignore-errors

# session-file
client = TelegramClient("anna", 1, "hash")
session = SQLiteSession("anna")
# predictable-random
token = random.choice("abc")
# compared-with-equals
ok = form.csrf == expected
# shell
subprocess.run(line, shell=True)
os.system(line)
# objects-from-bytes
record = pickle.loads(raw)
settings = yaml.load(raw)
# code-from-text
eval(line)
render_template_string(line)
# markup-from-text
shown = Markup(title)
# query-from-text
await database.fetch_one(f"SELECT * FROM users WHERE id = {user_id}")
query = sa.text("SELECT " + name)
# secret-in-a-log
logger.info("sent", extra={"phone": phone.e164})
log.warning("wrong code %s", code)
logging.info(f"started for {phone}")
# request-in-a-log
logger.debug("asking %s", repr(request))
# key-spelt-elsewhere
await self._redis.set(f"session:{user_id}", record)
# cookie-without-attributes
response.set_cookie("tcm", value)
# any-origin
response.headers["Access-Control-Allow-Origin"] = "*"
# unverified-tls
httpx.get(url, verify=False)
context.check_hostname = False
# weak-cipher
sealed = Fernet(key).encrypt(text)
digest = hashlib.md5(text)
# debug-is-on
app.run(host, debug=True)
