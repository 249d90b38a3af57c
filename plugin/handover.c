/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handover.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* Of waiting for the other side, seconds. A window that puts a large result into an image answers
 * after that; one that hangs is not waited for. */
enum { ANSWER = 10, QUESTION = 1 };

static const char TAKEN[] = "taken\n";

static char *path_of(int gimp)
{
    g_autofree char *name = g_strdup_printf("ebru-again-%d.socket", gimp);

    return g_build_filename(g_get_user_runtime_dir(), name, NULL);
}

/* --- the window ----------------------------------------------------------- */

static struct listener {
    GSocketService *service; /* NULL: nobody listens */
    char *path;
    handover_take *take;
    void *user;
} listener;

static gboolean on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source,
                            gpointer data)
{
    GInputStream *const in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    char line[40] = "";
    int image, drawable;

    (void)service;
    (void)source;
    (void)data;
    g_socket_set_timeout(g_socket_connection_get_socket(connection), QUESTION);
    if (g_input_stream_read(in, line, sizeof(line) - 1, NULL, NULL) <= 0 ||
        sscanf(line, "%d %d", &image, &drawable) != 2)
        return TRUE;
    if (!g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), TAKEN,
                                   strlen(TAKEN), NULL, NULL, NULL))
        return TRUE; /* who asked has not waited, and said that it was refused */
    g_io_stream_close(G_IO_STREAM(connection), NULL, NULL);
    listener.take(listener.user, image, drawable);
    return TRUE;
}

void handover_listen(int gimp, handover_take *take, void *user)
{
    if (listener.service)
        return;
    g_autofree char *path = path_of(gimp);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocketService) service = g_socket_service_new();
    g_autoptr(GError) error = NULL;

    g_remove(path);
    if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service), address, G_SOCKET_TYPE_STREAM,
                                       G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error)) {
        g_debug("%s: %s", path, error->message); /* who asks is refused then, and says why */
        return;
    }
    g_signal_connect(service, "incoming", G_CALLBACK(on_incoming), NULL);
    listener = (struct listener){ g_steal_pointer(&service), g_steal_pointer(&path), take, user };
}

void handover_end(void)
{
    if (!listener.service)
        return;
    g_remove(listener.path); /* first: nobody is to come while it closes */
    g_socket_service_stop(listener.service);
    g_socket_listener_close(G_SOCKET_LISTENER(listener.service));
    g_object_unref(listener.service);
    g_free(listener.path);
    listener = (struct listener){ 0 };
}

/* --- who asks ------------------------------------------------------------- */

gboolean handover_ask(int gimp, int image, int drawable)
{
    g_autofree char *path = path_of(gimp);
    g_autofree char *line = g_strdup_printf("%d %d\n", image, drawable);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    char answer[sizeof(TAKEN)] = "";

    g_socket_client_set_timeout(client, ANSWER);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, NULL);
    if (!connection)
        return FALSE;
    GIOStream *const stream = G_IO_STREAM(connection);
    return g_output_stream_write_all(g_io_stream_get_output_stream(stream), line, strlen(line),
                                     NULL, NULL, NULL) &&
           g_input_stream_read_all(g_io_stream_get_input_stream(stream), answer, strlen(TAKEN),
                                   NULL, NULL, NULL) &&
           !strcmp(answer, TAKEN);
}
