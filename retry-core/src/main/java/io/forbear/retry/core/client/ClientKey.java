package io.forbear.retry.core.client;

/** What a client is found by. A superclass, for its fields lie before those of the client itself: see there. */
abstract class ClientKey {

    final ClientTable table;
    final String id;
    final int hash;

    ClientKey(ClientTable table, String id, int hash) {
        this.table = table;
        this.id = id;
        this.hash = hash;
    }
}
