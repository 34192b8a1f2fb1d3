// Shows what the push service brings, and opens its page; it has nothing to do with any other request.
self.addEventListener("push", (event) => {
  const { title, text, url, tag } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body: text, tag, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { href } = new URL(event.notification.data.url, self.location.origin);
  event.waitUntil((async () => {
    // The panel's pages are not this worker's own: it may bring them to the front, but not lead them elsewhere.
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const open = windows.find((one) => one.url === href);
    return open ? open.focus() : self.clients.openWindow(href);
  })());
});
