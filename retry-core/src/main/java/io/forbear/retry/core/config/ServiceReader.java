package io.forbear.retry.core.config;

import io.forbear.retry.core.config.BudgetKeys.Tokens;
import java.util.Map;

/** Reads the settings of one service: of each key its own, else that for all services, else that of the preset. */
final class ServiceReader {

    private final Effective settings;

    ServiceReader(Values values, Map<Key<?>, Setting> common, Map<Key<?>, Setting> own) {
        this.settings = new Effective(values, common, own);
    }

    ServiceConfig read(double replenishmentPerMinute) {
        BreakerReader breaker = new BreakerReader(settings);
        Tokens clients = settings.get(BudgetKeys.CLIENT_BUDGET);
        return new ServiceConfig(
                PolicyReader.read(settings),
                new BudgetReader(settings, replenishmentPerMinute).read(),
                breaker.breaker(),
                clients == null && settings.isSet(CommonKeys.MAX_BUDGET),
                clients == null || clients.count() == 0
                        ? null
                        : BudgetReader.bucket(clients.count(), replenishmentPerMinute),
                breaker.gate());
    }
}
