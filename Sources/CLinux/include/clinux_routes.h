/*
 * What looking up routes, neighbours and links needs: rtnetlink(7). The enumerations of
 * the headers have no name, and Swift sees their members with several types.
 */
#ifndef CLINUX_ROUTES_H
#define CLINUX_ROUTES_H

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdint.h>

static const uint16_t clinux_get_link = RTM_GETLINK;
static const uint16_t clinux_get_route = RTM_GETROUTE;
static const uint16_t clinux_get_neighbour = RTM_GETNEIGH;

static const uint16_t clinux_route_destination = RTA_DST;
static const uint16_t clinux_route_source = RTA_SRC;
static const uint16_t clinux_route_interface = RTA_OIF;
static const uint16_t clinux_route_gateway = RTA_GATEWAY;
static const uint16_t clinux_route_preferred_source = RTA_PREFSRC;
static const uint16_t clinux_route_metrics = RTA_METRICS;
static const uint16_t clinux_route_cache = RTA_CACHEINFO;
static const uint16_t clinux_route_via = RTA_VIA;
static const uint16_t clinux_route_protocol = RTA_IP_PROTO;
static const uint16_t clinux_route_destination_port = RTA_DPORT;
static const uint16_t clinux_metric_mtu = RTAX_MTU;
static const uint32_t clinux_route_fib_match = RTM_F_FIB_MATCH;

static const uint8_t clinux_route_unicast = RTN_UNICAST;
static const uint8_t clinux_route_local = RTN_LOCAL;
static const uint8_t clinux_route_broadcast = RTN_BROADCAST;
static const uint8_t clinux_route_multicast = RTN_MULTICAST;
static const uint8_t clinux_route_anycast = RTN_ANYCAST;

static const uint16_t clinux_neighbour_destination = NDA_DST;

static const uint16_t clinux_link_name = IFLA_IFNAME;
static const uint16_t clinux_link_mtu = IFLA_MTU;
static const uint16_t clinux_link_filter = IFLA_EXT_MASK;

#endif
