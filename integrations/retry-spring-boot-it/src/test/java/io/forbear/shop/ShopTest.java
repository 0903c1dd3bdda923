package io.forbear.shop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ConfigurableApplicationContext;

/** The shop in this process. */
class ShopTest extends ShopContract {

    private ConfigurableApplicationContext shop;

    @Override
    void start(String... arguments) {
        shop = SpringApplication.run(ShopApplication.class, arguments);
    }

    @Override
    void stop() {
        shop.close();
    }

    @Override
    int port() {
        return shop.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @Test
    void theWholeClassPathIsThatOfBoot() {
        String boot = SpringBootVersion.getVersion();
        String spring = org.springframework.core.SpringVersion.getVersion();

        assertThat(spring).startsWith(boot.startsWith("4.") ? "7." : "6.2");
    }
}
