// Shows what the push service brings, and opens its page; it has nothing to do with any other request.
self.addEventListener("push", (event) => {
  const { title, text, url, tag } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body: text, tag, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { href } = new URL(event.notification.data.url, self.location.origin);
  event.waitUntil((async () => {
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const open = windows.find((one) => one.url.startsWith(`${self.location.origin}/admin/`));
    if (!open) return self.clients.openWindow(href);
    await open.focus();
    return open.navigate(href).catch(() => self.clients.openWindow(href));
  })());
});
