/**
 * For whatever may be the first to need a tool or the lab: where nothing is cached, tools are built and images made.
 * A whole run with empty caches took 34 minutes on 2 cores; nothing waits as long as that but what hangs.
 */
export const INSTALL_TIMEOUT = "60 minutes";
