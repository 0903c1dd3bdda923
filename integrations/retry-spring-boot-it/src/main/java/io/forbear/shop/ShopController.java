package io.forbear.shop;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What the shop answers to its own callers. */
@RestController
class ShopController {

    private final Orders orders;
    private final Prices prices;
    private final Stock stock;
    private final Ledger ledger;

    ShopController(Orders orders, Prices prices, Stock stock, Ledger ledger) {
        this.orders = orders;
        this.ledger = ledger;
        this.stock = stock;
        this.prices = prices;
    }

    @GetMapping("/blocking/{id}")
    String blocking(@PathVariable("id") String id) {
        return orders.find(id);
    }

    @GetMapping("/future/{id}")
    CompletableFuture<String> future(@PathVariable("id") String id) {
        return orders.findLater(id);
    }

    @GetMapping("/mono/{id}")
    Mono<String> mono(@PathVariable("id") String id) {
        return prices.find(id);
    }

    @GetMapping("/stock/rest/{id}")
    String rest(@PathVariable("id") String id) {
        return stock.find(id);
    }

    @GetMapping("/stock/web/{id}")
    Mono<String> web(@PathVariable("id") String id) {
        return stock.findLater(id);
    }

    @GetMapping("/stock/reserve/{id}")
    String reserve(@PathVariable("id") String id) {
        return stock.reserve(id);
    }

    @GetMapping("/book/{booking}/{amount}")
    List<Long> book(@PathVariable("booking") String booking, @PathVariable("amount") int amount) {
        ledger.book(booking, amount);
        return ledger.transactions(booking);
    }
}
