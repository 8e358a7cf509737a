"""The shape of a text: what stays the same from one moment, process and place to the next."""
import re


def exact(text):
    return text


def numbers(text):
    """Every number is N, every run of blanks one."""
    return re.sub(r"[ \t]+", " ", re.sub(r"-?\b\d+\b", "N", text))


def hexadecimals(text):
    return re.sub(r"[ \t]+", " ", re.sub(r"\b(0x)?[0-9a-f]+\b", "N", text))


def first_line(text):
    return numbers(text.split("\n", 1)[0])


def each_line(text):
    """The different shapes of lines."""
    return sorted({numbers(line) for line in text.split("\n")})


def names(text):
    """What stands before the colon of each line."""
    return [re.sub(r"\s+", "", line.split(":")[0]) for line in text.rstrip("\n").split("\n")]


def first_words(text):
    return [line.split(" ")[0] for line in text.rstrip("\n").split("\n")]


def entries(text):
    """Of environ: what is in it, whatever the order."""
    return sorted(text.split("\0"))


def count(text):
    return len(text.encode("utf-8", "surrogateescape"))


def words(text):
    """How many words each line has."""
    return [len(line.split()) for line in text.split("\n")]


def digits(text):
    """Lengths of the words and which of their letters are digits: for ids and random texts."""
    return re.sub(r"[0-9a-f]", "x", text)


def mappings(text):
    """Of maps: permissions and kinds of names, and whether each line is well formed."""
    form = re.compile(r"^[0-9a-f]{8,16}-[0-9a-f]{8,16} [r-][w-][x-][ps] [0-9a-f]{8,} [0-9a-f]{2,}:[0-9a-f]{2,} \d+( +(\S.*)?)?$")
    lines = text.rstrip("\n").split("\n")
    found = [form.match(line) for line in lines]
    paths = sorted({match[2] for match in found if match and match[2]})
    return {"malformed": [line for line, match in zip(lines, found) if not match], "paths": [path for path in paths if path != "[anon]"]}


def headers(text):
    """Of smaps: the names of the lines below one mapping."""
    return sorted({line.split(":")[0] for line in text.split("\n") if re.match(r"^[A-Z]\w+:", line)})


def mounts(text):
    """Which of the usual mount points are of which type; the root is of the place's own."""
    fields = [line.split(" ") for line in text.rstrip("\n").split("\n")]
    return {"fields": sorted({len(row) for row in fields}), "types": {row[1]: row[2] for row in fields if row[1] in ("/proc", "/sys")}, "root": [row[1] for row in fields].count("/")}


def mount_details(text):
    rows = [line.split(" ") for line in text.rstrip("\n").split("\n")]
    types = {row[4]: row[row.index("-") + 1] for row in rows}
    numbered = all(row[0].isdigit() and row[1].isdigit() and re.match(r"^\d+:\d+$", row[2]) and len(row) - row.index("-") == 4 for row in rows)
    return {"numbered": numbered, "types": {point: types.get(point) for point in ("/proc", "/sys")}, "root": [row[4] for row in rows].count("/")}


def unified(text):
    """The line of the version 2 hierarchy."""
    return [line for line in text.split("\n") if line.startswith("0::")]
