/** Hostile requests, each made by chance from an OpenAPI document, with the statuses that would be right. */

const lineBreak = "\r\n";
const clientErrors = Array.from({ length: 100 }, (_, index) => 400 + index);
const mebibyte = 2 ** 20;

/**
 * A request as bytes.
 *
 * @param random of core's `Random`
 * @param tools.document the OpenAPI document
 * @param tools.model name of a model that is there
 * @param tools.isValid whether a body is right by the document
 */
export function hostileCase(random, tools) {
  const kinds = [
    brokenBody,
    brokenBody,
    brokenBody,
    malformedJson,
    malformedJson,
    wrongEncoding,
    wrongType,
    strangeName,
    strangeName,
    strangeMethod,
    headerFlood,
    brokenHttp,
    deepNesting,
    brokenLines,
    hugeBody,
  ];
  return pick(random, kinds)(random, tools);
}

function pick(random, list) {
  return list[random.integer(list.length)];
}

const predictPath = ({ model }) => `/v1/models/${model}/predict`;

/** A POST with a body, complete and well formed as HTTP. */
function post({ path, body, type = "application/json", headers = [] }) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: close",
    ...(type === null ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${bytes.length}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(head.join(lineBreak) + lineBreak + lineBreak, "latin1"), bytes]);
}

/** A value that a schema describes. */
function valueOf(random, schema, document) {
  if (schema.$ref) return valueOf(random, document.components.schemas[schema.$ref.split("/").pop()], document);
  if (schema.anyOf) return valueOf(random, pick(random, schema.anyOf), document);
  switch (schema.type) {
    case "object": {
      const names = Object.keys(schema.properties ?? {}).filter(() => random.uniform() < 0.6);
      return Object.fromEntries(names.map((name) => [name, valueOf(random, schema.properties[name], document)]));
    }
    case "array":
      return Array.from({ length: 1 + random.integer(4) }, () => valueOf(random, schema.items, document));
    case "boolean":
      return random.uniform() < 0.2;
    case "string":
      return Array.from({ length: 1 + random.integer(12) }, () =>
        pick(random, ["good", "bad", "😀", "é", "not", "\u0000", "…", "\ud800"]),
      ).join(" ");
    default:
      return random.integer(1000);
  }
}

const oddValues = [
  null,
  true,
  -1,
  1e308,
  "",
  [],
  {},
  [[]],
  { text: {} },
  "\u0000",
  "__proto__",
  "x".repeat(30_000),
  ["x".repeat(30_000)],
];

/** Wrong types, missing and unknown keys, lists that are too long: any of it may by chance be right. */
function brokenBody(random, tools) {
  const body = valueOf(random, tools.document.components.schemas.PredictRequest, tools.document);
  const keys = [...Object.keys(body), "text", "texts", "explain", "constructor", "toString", "__proto__"];
  for (let change = random.integer(3); change >= 0; change--) {
    const key = pick(random, keys);
    const value = random.uniform() < 0.1 ? Array.from({ length: 300 }, () => "good") : pick(random, oddValues);
    Object.defineProperty(body, key, { value, enumerable: true, configurable: true, writable: true });
  }
  const source = random.uniform() < 0.1 ? pick(random, oddValues) : body;
  const json = JSON.stringify(source);
  // What the schema takes may still have no words, or be too much to explain.
  const allowed = tools.isValid(JSON.parse(json)) ? [200, 400, 429] : [400];
  return { title: `the body ${json.slice(0, 60)}`, bytes: post({ path: predictPath(tools), body: json }), allowed };
}

function malformedJson(random, tools) {
  const json = Buffer.from(JSON.stringify({ texts: ["good and bad", "not good"], explain: false }));
  const broken = Buffer.from(json);
  const at = random.integer(json.length);
  const kind = random.integer(3);
  const body =
    kind === 0
      ? json.subarray(0, at)
      : kind === 1
        ? Buffer.concat([json.subarray(0, at), Buffer.from([random.integer(256)]), json.subarray(at)])
        : broken;
  if (kind === 2) broken[at] = random.integer(256);
  const allowed = isRight(body, tools) ? [200] : [400];
  return { title: `the bytes ${body.toString("latin1")}`, bytes: post({ path: predictPath(tools), body }), allowed };
}

function isRight(body, { isValid }) {
  try {
    return isValid(JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)));
  } catch {
    return false;
  }
}

function wrongEncoding(random, tools) {
  const bad = pick(random, [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]);
  const body = Buffer.concat([Buffer.from('{"text":"good '), Buffer.from(bad), Buffer.from('"}')]);
  return { title: `invalid UTF-8 ${bad.join(" ")}`, bytes: post({ path: predictPath(tools), body }), allowed: [400] };
}

function wrongType(random, tools) {
  const type = pick(random, [
    null,
    "text/plain",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "",
    "json",
    "application/",
    "application/jsonx",
    ";;;",
    "*/*",
  ]);
  return {
    title: `the content type ${type}`,
    bytes: post({ path: predictPath(tools), body: '{"text":"good"}', type }),
    allowed: [415, 400],
  };
}

const strangeNames = [
  "..",
  "../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e%2fversion-1",
  "....//....//",
  "..\\..\\windows",
  "%00",
  "version-1%00",
  "version-1/",
  "%c0%ae%c0%ae",
  "%",
  "%zz",
  "%e0%80%80",
  "version-1%2f..",
  "__proto__",
  "constructor",
  "toString",
  "a".repeat(3_000),
  "\u00e9",
  "%F0%9F%98%80",
  "*",
  ":name",
  "{name}",
  "-1",
  "null",
  "version-1?x=..%2f",
  ".config.json",
  "con",
  "C:",
];

function strangeName(random) {
  const name = Array.from({ length: 1 + random.integer(2) }, () => pick(random, strangeNames)).join("");
  const paths = [
    `/v1/models/${name}/predict`,
    `/v1/models/${name}`,
    `/docs/static/${name}`,
    `/docs/${name}`,
    `/${name}`,
  ];
  const path = pick(random, paths);
  if (path.endsWith("/predict"))
    return { title: path.slice(0, 80), bytes: post({ path, body: '{"text":"good"}' }), allowed: [400, 404, 414] };
  const bytes = Buffer.from(
    `GET ${path} HTTP/1.1${lineBreak}Host: localhost${lineBreak}Connection: close${lineBreak}${lineBreak}`,
    "latin1",
  );
  // A name may be followed by a query, and the page of the documentation redirects.
  return {
    title: path.slice(0, 80),
    bytes,
    allowed: [400, 403, 404, 414, ...(name.includes("?") || path.startsWith("/docs") ? [200, 302] : [])],
  };
}

function strangeMethod(random, { document, model }) {
  const path = pick(random, Object.keys(document.paths)).replace("{name}", model);
  const method = pick(random, [
    "PUT",
    "DELETE",
    "PATCH",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "FOO",
    "get",
    "G\u00cbT",
    "POST POST",
  ]);
  const bytes = Buffer.from(
    `${method} ${path} HTTP/1.1${lineBreak}Host: localhost${lineBreak}Connection: close${lineBreak}${lineBreak}`,
    "latin1",
  );
  return { title: `${method} ${path}`, bytes, allowed: method === "CONNECT" ? ["cut", ...clientErrors] : clientErrors };
}

function headerFlood(random, tools) {
  const kind = random.integer(3);
  const headers =
    kind === 0
      ? Array.from({ length: 1_500 }, (_, index) => `X-Header-${index}: ${"x".repeat(random.integer(20))}`)
      : kind === 1
        ? [`X-Long: ${"x".repeat(20_000 + random.integer(100_000))}`]
        : [`Cookie: ${"a=b; ".repeat(5_000)}`];
  return {
    title: "a flood of headers",
    bytes: post({ path: predictPath(tools), body: '{"text":"good"}', headers }),
    allowed: [431, "cut"],
  };
}

function brokenHttp(random, tools) {
  const start = `POST ${predictPath(tools)} HTTP/1.1${lineBreak}Host: localhost${lineBreak}Connection: close${lineBreak}Content-Type: application/json${lineBreak}`;
  const body = '{"text":"good"}';
  const request = pick(random, [
    `${start}Content-Length: -1${lineBreak}${lineBreak}${body}`,
    `${start}Content-Length: abc${lineBreak}${lineBreak}${body}`,
    `${start}Content-Length: 5${lineBreak}Content-Length: 6${lineBreak}${lineBreak}${body}`,
    `${start}Content-Length: 5${lineBreak}Transfer-Encoding: chunked${lineBreak}${lineBreak}${body}`,
    `${start}Transfer-Encoding: chunked${lineBreak}${lineBreak}zz${lineBreak}${body}`,
    `${start}Transfer-Encoding: gzip${lineBreak}${lineBreak}${body}`,
    `${start}Content-Length: 4${lineBreak}${lineBreak}${body}`,
    `${start}Content-Length: 1000${lineBreak}${lineBreak}${body}`,
    `${start}Bad Header: x${lineBreak}Content-Length: 15${lineBreak}${lineBreak}${body}`,
    `${start}X: \u0000\u0001${lineBreak}Content-Length: 15${lineBreak}${lineBreak}${body}`,
    `GET / HTTP/9.9${lineBreak}${lineBreak}`,
    `GET /${lineBreak}`,
    `\u0016\u0003\u0001\u0002\u0000\u0001\u0000`,
    `${Array.from({ length: 40 }, () => String.fromCharCode(random.integer(256))).join("")}${lineBreak}${lineBreak}`,
  ]);
  return {
    title: `the bytes ${JSON.stringify(request.slice(-60))}`,
    bytes: Buffer.from(request, "latin1"),
    allowed: [...clientErrors, "cut"],
  };
}

function deepNesting(random, tools) {
  const depth = 10 ** (1 + random.integer(4)) * (1 + random.integer(9));
  const [open, close] = pick(random, [
    ["[", "]"],
    ['{"text":', "}"],
    ['{"texts":[', "]}"],
  ]);
  const body = open.repeat(depth) + close.repeat(depth);
  return {
    title: `${depth} times ${open}`,
    bytes: post({ path: predictPath(tools), body }),
    allowed: Buffer.byteLength(body) > mebibyte ? [413, "cut"] : [400],
  };
}

/** Lines are told one by one what is wrong with them, so that the stream itself succeeds. */
function brokenLines(random, tools) {
  const lines = Array.from({ length: 1 + random.integer(20) }, () => {
    const kind = random.integer(4);
    if (kind === 0) return Buffer.from(JSON.stringify(pick(random, oddValues)));
    if (kind === 1) return Buffer.from([0xff, 0x22, random.integer(256)]);
    if (kind === 2) return Buffer.from('{"text":"good","id":');
    return Buffer.from(JSON.stringify({ text: "good", id: random.integer(10) }));
  });
  const body = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
  return {
    title: "broken JSON lines",
    bytes: post({ path: predictPath(tools), body, type: "application/x-ndjson" }),
    allowed: [200],
  };
}

/** 100 MB that are announced, or come in pieces without having been. */
function hugeBody(random, tools) {
  const isAnnounced = random.uniform() < 0.9;
  const type = "application/json";
  const start = `POST ${predictPath(tools)} HTTP/1.1${lineBreak}Host: localhost${lineBreak}Connection: close${lineBreak}Content-Type: ${type}${lineBreak}`;
  const piece = "x".repeat(65_536);
  if (isAnnounced) {
    const bytes = Buffer.from(`${start}Content-Length: 104857600${lineBreak}${lineBreak}{"text":"`);
    return { title: "100 MB, announced", bytes, repeat: 1_600, chunk: piece, allowed: [413, "cut"] };
  }
  const bytes = Buffer.from(`${start}Transfer-Encoding: chunked${lineBreak}${lineBreak}`);
  return {
    title: "100 MB in pieces",
    bytes,
    repeat: 1_600,
    chunk: `10000${lineBreak}${piece}${lineBreak}`,
    allowed: [413, "cut"],
  };
}
