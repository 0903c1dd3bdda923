package io.forbear.retry.core.client;

/**
 * The key by which a client is found, and the budgets of its table. It is a superclass because the JVM lays its fields
 * out before those of the client, which the size note in {@link Client} needs.
 */
abstract class ClientKey {

    final ClientBudgets budgets;
    final String id;
    final int hash;

    ClientKey(ClientBudgets budgets, String id, int hash) {
        this.budgets = budgets;
        this.id = id;
        this.hash = hash;
    }
}
