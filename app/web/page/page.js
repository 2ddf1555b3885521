// GraphiQL with the saved operations as tabs, asking as whoever is picked above it.
"use strict";

const PICKED = "member-center:identity";
const picker = document.getElementById("identity");
const about = document.getElementById("about");

const load = async (name) => {
  const answer = await fetch(`/graphiql/${name}.json`);
  return answer.ok ? answer.json() : [];
};

const show = (identities) => {
  for (const { name } of identities) picker.add(new Option(name, name));
  const pick = (name) => {
    picker.value = identities.some((one) => one.name === name) ? name : "";
    about.textContent = identities.find((one) => one.name === picker.value)?.about ?? "";
    localStorage.setItem(PICKED, picker.value);
  };
  picker.addEventListener("change", () => pick(picker.value));
  pick(localStorage.getItem(PICKED) ?? "");
};

// Asked anew each time: tokens end.
const token = async () => {
  if (!picker.value) return undefined;
  return (await load("identities")).find((one) => one.name === picker.value)?.token;
};

const fetcher = async (asked, options) => {
  const held = await token();
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json;q=0.9",
      ...(held && { authorization: `Bearer ${held}` }),
      ...options?.headers,
    },
    body: JSON.stringify(asked),
  });
  return answer.json();
};

const start = async () => {
  const [identities, operations] = await Promise.all([load("identities"), load("operations")]);
  show(identities);
  const tabs = operations.map(({ query, variables }) => ({ query, variables: variables || undefined }));
  const page = React.createElement(GraphiQL, {
    fetcher,
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
    defaultEditorToolsVisibility: "variables",
    inputValueDeprecation: true,
    ...(tabs.length > 0 && { defaultTabs: tabs, variables: tabs[0].variables }),
  });
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
};

start();
