package io.forbear.examples;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** JDBC: the whole transaction is one attempt, so that what a deadlock rolled back is done again from its beginning. */
final class Transfers {

    private final Connections connections;
    private final Retry database = Retries.named("bank-db")
            .policy(RetryPolicy.builder()
                    .maxAttempts(5)
                    .backoff(Backoff.exponential(Duration.ofMillis(10), Duration.ofSeconds(1)))
                    .nonIdempotent()
                    .build())
            .build();

    Transfers(Connections connections) {
        this.connections = connections;
    }

    /** Where connections come from: {@code dataSource::getConnection} in an application. */
    interface Connections {
        Connection open() throws SQLException;
    }

    void transfer(int from, int to, int amount) throws SQLException {
        database.run(() -> {
            try (Connection connection = connections.open()) {
                connection.setAutoCommit(false);
                try {
                    add(connection, from, -amount);
                    add(connection, to, amount);
                    connection.commit();
                } catch (SQLException | RuntimeException failure) {
                    connection.rollback();
                    throw failure;
                }
            }
        });
    }

    private static void add(Connection connection, int account, int amount) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update account set balance = balance + ? where id = ?")) {
            update.setInt(1, amount);
            update.setInt(2, account);
            update.executeUpdate();
        }
    }

    Retry retry() {
        return database;
    }

    static void createAccounts(Connections connections) throws SQLException {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            statement.execute("create table account (id int primary key, balance int check (balance >= 0))");
            statement.execute("insert into account values (1, 100), (2, 0)");
        }
    }

    static int balance(Connections connections, int account) throws SQLException {
        try (Connection connection = connections.open();
                PreparedStatement query = connection.prepareStatement("select balance from account where id = ?")) {
            query.setInt(1, account);
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    public static void main(String[] args) throws SQLException {
        String url = "jdbc:h2:mem:transfers;DB_CLOSE_DELAY=-1";
        Connections connections = () -> DriverManager.getConnection(url);
        createAccounts(connections);

        new Transfers(connections).transfer(1, 2, 30);

        System.out.println(balance(connections, 1) + " and " + balance(connections, 2));
    }
}
