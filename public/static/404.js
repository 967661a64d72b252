// A host of plain files has no page for an address such as recording/ID?point=5: it leads to the first page, which reads the id in
// its query. Where the viewer lies shows in the address itself, so this works in any folder.
const [home, id] = location.pathname.split(/\/recording\/(?=[^/]+\/?$)/);
if (id) location.replace(`${home}/?recording=${id.replace(/\/$/, "")}${location.search.replace(/^\?/, "&")}${location.hash}`);
