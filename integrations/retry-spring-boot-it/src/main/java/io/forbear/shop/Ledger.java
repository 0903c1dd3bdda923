package io.forbear.shop;

import io.forbear.retry.spring.ForbearRetry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/** The accounts of the shop, in PostgreSQL. It keeps in mind which transactions each booking was tried in. */
@Service
class Ledger {

    private final JdbcTemplate jdbc;
    private final Map<String, List<Long>> transactions = new ConcurrentHashMap<>();

    Ledger(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional(isolation = Isolation.REPEATABLE_READ)
    @ForbearRetry(value = "ledger", idempotent = ForbearRetry.Idempotent.NO)
    void book(String booking, int amount) {
        Long transaction = jdbc.queryForObject("select txid_current()", Long.class);
        transactions
                .computeIfAbsent(booking, unknown -> new CopyOnWriteArrayList<>())
                .add(transaction);
        jdbc.update("insert into booking (id, transaction) values (?, ?)", booking, transaction);
        jdbc.update("update account set balance = balance + ? where id = 1", amount);
    }

    List<Long> transactions(String booking) {
        return transactions.getOrDefault(booking, List.of());
    }
}
