/*
 * OpenSSL 3 as it is opened at run time: the functions that are called, by name, in a table that dlsym(3) fills. Nothing of
 * it is needed to build, and nothing of it is opened by a command without TLS. The types are names only: their
 * one byte makes them distinct in Swift.
 */
#ifndef CLINUX_OPENSSL_H
#define CLINUX_OPENSSL_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

#define OPENSSL_TYPE(name) typedef struct { char unused; } name
OPENSSL_TYPE(SSL);
OPENSSL_TYPE(SSL_CTX);
OPENSSL_TYPE(SSL_METHOD);
OPENSSL_TYPE(SSL_CIPHER);
OPENSSL_TYPE(BIO);
OPENSSL_TYPE(BIO_METHOD);
OPENSSL_TYPE(X509);
OPENSSL_TYPE(X509_NAME);
OPENSSL_TYPE(X509_STORE_CTX);
OPENSSL_TYPE(X509_VERIFY_PARAM);
OPENSSL_TYPE(X509_PUBKEY);
OPENSSL_TYPE(X509_EXTENSION);
OPENSSL_TYPE(ASN1_TIME);
OPENSSL_TYPE(ASN1_STRING);
OPENSSL_TYPE(GENERAL_NAME);
OPENSSL_TYPE(EVP_PKEY);
OPENSSL_TYPE(EVP_PKEY_CTX);
OPENSSL_TYPE(EVP_MD);
OPENSSL_TYPE(OPENSSL_STACK);
#undef OPENSSL_TYPE

typedef int openssl_verify_callback(int ok, X509_STORE_CTX *_Nonnull store);
typedef int openssl_chain_callback(X509_STORE_CTX *_Nonnull store, void *_Nullable argument);
typedef int openssl_name_callback(SSL *_Nonnull ssl, int *_Nullable alert, void *_Nullable argument);
typedef int openssl_alpn_callback(SSL *_Nonnull ssl, const unsigned char *_Nullable *_Nonnull out,
                                  unsigned char *_Nonnull length, const unsigned char *_Nonnull in,
                                  unsigned int in_length, void *_Nullable argument);
typedef int openssl_passphrase_callback(char *_Nonnull buffer, int size, int writing, void *_Nullable data);
typedef void openssl_keylog_callback(const SSL *_Nonnull ssl, const char *_Nonnull line);

/* FUNCTION(result, name, parameters) for each. */
#define OPENSSL_FUNCTIONS(FUNCTION)                                                                                   \
    /* Errors: one queue a thread. */                                                                                 \
    FUNCTION(void, ERR_clear_error, (void))                                                                           \
    FUNCTION(unsigned long, ERR_get_error, (void))                                                                    \
    FUNCTION(unsigned long, ERR_peek_last_error, (void))                                                              \
    FUNCTION(const char *_Nullable, ERR_reason_error_string, (unsigned long code))                                    \
    /* Contexts. */                                                                                                   \
    FUNCTION(const SSL_METHOD *_Nonnull, TLS_client_method, (void))                                                   \
    FUNCTION(const SSL_METHOD *_Nonnull, TLS_server_method, (void))                                                   \
    FUNCTION(SSL_CTX *_Nullable, SSL_CTX_new, (const SSL_METHOD *_Nonnull method))                                    \
    FUNCTION(void, SSL_CTX_free, (SSL_CTX *_Nonnull ctx))                                                             \
    FUNCTION(long, SSL_CTX_ctrl, (SSL_CTX *_Nonnull ctx, int command, long number, void *_Nullable argument))         \
    FUNCTION(long, SSL_CTX_callback_ctrl,                                                                             \
             (SSL_CTX *_Nonnull ctx, int command, openssl_name_callback *_Nonnull callback))                          \
    FUNCTION(uint64_t, SSL_CTX_set_options, (SSL_CTX *_Nonnull ctx, uint64_t options))                                \
    FUNCTION(int, SSL_CTX_set_cipher_list, (SSL_CTX *_Nonnull ctx, const char *_Nonnull list))                        \
    FUNCTION(int, SSL_CTX_get_security_level, (const SSL_CTX *_Nonnull ctx))                                          \
    FUNCTION(void, SSL_CTX_set_security_level, (SSL_CTX *_Nonnull ctx, int level))                                    \
    FUNCTION(int, SSL_CTX_set_ciphersuites, (SSL_CTX *_Nonnull ctx, const char *_Nonnull list))                       \
    FUNCTION(int, SSL_CTX_set_alpn_protos,                                                                            \
             (SSL_CTX *_Nonnull ctx, const unsigned char *_Nonnull list, unsigned int length))                        \
    FUNCTION(void, SSL_CTX_set_alpn_select_cb,                                                                        \
             (SSL_CTX *_Nonnull ctx, openssl_alpn_callback *_Nonnull callback, void *_Nullable argument))             \
    FUNCTION(void, SSL_CTX_set_verify,                                                                                \
             (SSL_CTX *_Nonnull ctx, int mode, openssl_verify_callback *_Nullable callback))                          \
    FUNCTION(void, SSL_CTX_set_cert_verify_callback,                                                                  \
             (SSL_CTX *_Nonnull ctx, openssl_chain_callback *_Nonnull callback, void *_Nullable argument))            \
    FUNCTION(int, SSL_CTX_set_default_verify_dir, (SSL_CTX *_Nonnull ctx))                                            \
    FUNCTION(int, SSL_CTX_set_default_verify_file, (SSL_CTX *_Nonnull ctx))                                           \
    FUNCTION(int, SSL_CTX_load_verify_file, (SSL_CTX *_Nonnull ctx, const char *_Nonnull path))                       \
    FUNCTION(int, SSL_CTX_load_verify_dir, (SSL_CTX *_Nonnull ctx, const char *_Nonnull path))                        \
    FUNCTION(int, SSL_CTX_use_certificate_chain_file, (SSL_CTX *_Nonnull ctx, const char *_Nonnull path))             \
    FUNCTION(int, SSL_CTX_use_PrivateKey_file, (SSL_CTX *_Nonnull ctx, const char *_Nonnull path, int type))          \
    FUNCTION(int, SSL_CTX_use_certificate, (SSL_CTX *_Nonnull ctx, X509 *_Nonnull certificate))                       \
    FUNCTION(int, SSL_CTX_use_PrivateKey, (SSL_CTX *_Nonnull ctx, EVP_PKEY *_Nonnull key))                            \
    FUNCTION(int, SSL_CTX_check_private_key, (const SSL_CTX *_Nonnull ctx))                                           \
    FUNCTION(X509 *_Nullable, SSL_CTX_get0_certificate, (const SSL_CTX *_Nonnull ctx))                                \
    FUNCTION(void, SSL_CTX_set_default_passwd_cb,                                                                     \
             (SSL_CTX *_Nonnull ctx, openssl_passphrase_callback *_Nonnull callback))                                 \
    FUNCTION(void, SSL_CTX_set_default_passwd_cb_userdata, (SSL_CTX *_Nonnull ctx, void *_Nullable data))             \
    FUNCTION(int, SSL_CTX_set_num_tickets, (SSL_CTX *_Nonnull ctx, size_t count))                                     \
    FUNCTION(OPENSSL_STACK *_Nullable, SSL_load_client_CA_file, (const char *_Nonnull path))                          \
    FUNCTION(void, SSL_CTX_set_client_CA_list, (SSL_CTX *_Nonnull ctx, OPENSSL_STACK *_Nonnull list))                 \
    FUNCTION(void, SSL_CTX_set_keylog_callback,                                                                       \
             (SSL_CTX *_Nonnull ctx, openssl_keylog_callback *_Nonnull callback))                                     \
    FUNCTION(const char *_Nonnull, X509_get_default_cert_dir, (void))                                                 \
    FUNCTION(const char *_Nonnull, X509_get_default_cert_dir_env, (void))                                             \
    FUNCTION(const char *_Nonnull, X509_get_default_cert_file, (void))                                                \
    FUNCTION(const char *_Nonnull, X509_get_default_cert_file_env, (void))                                            \
    /* Sessions. */                                                                                                   \
    FUNCTION(SSL *_Nullable, SSL_new, (SSL_CTX *_Nonnull ctx))                                                        \
    FUNCTION(void, SSL_free, (SSL *_Nonnull ssl))                                                                     \
    FUNCTION(void, SSL_set_bio, (SSL *_Nonnull ssl, BIO *_Nonnull read, BIO *_Nonnull write))                         \
    FUNCTION(void, SSL_set_connect_state, (SSL *_Nonnull ssl))                                                        \
    FUNCTION(void, SSL_set_accept_state, (SSL *_Nonnull ssl))                                                         \
    FUNCTION(SSL_CTX *_Nonnull, SSL_set_SSL_CTX, (SSL *_Nonnull ssl, SSL_CTX *_Nonnull ctx))                          \
    FUNCTION(int, SSL_set_ex_data, (SSL *_Nonnull ssl, int index, void *_Nullable data))                              \
    FUNCTION(void *_Nullable, SSL_get_ex_data, (const SSL *_Nonnull ssl, int index))                                  \
    FUNCTION(int, SSL_get_ex_data_X509_STORE_CTX_idx, (void))                                                         \
    FUNCTION(long, SSL_ctrl, (SSL *_Nonnull ssl, int command, long number, void *_Nullable argument))                 \
    FUNCTION(X509_VERIFY_PARAM *_Nonnull, SSL_get0_param, (SSL *_Nonnull ssl))                                        \
    FUNCTION(int, SSL_do_handshake, (SSL *_Nonnull ssl))                                                              \
    FUNCTION(int, SSL_read_ex,                                                                                        \
             (SSL *_Nonnull ssl, void *_Nonnull buffer, size_t size, size_t *_Nonnull count))                         \
    FUNCTION(int, SSL_peek_ex,                                                                                        \
             (SSL *_Nonnull ssl, void *_Nonnull buffer, size_t size, size_t *_Nonnull count))                         \
    FUNCTION(int, SSL_write_ex,                                                                                       \
             (SSL *_Nonnull ssl, const void *_Nonnull buffer, size_t size, size_t *_Nonnull count))                   \
    FUNCTION(int, SSL_pending, (const SSL *_Nonnull ssl))                                                             \
    FUNCTION(int, SSL_shutdown, (SSL *_Nonnull ssl))                                                                  \
    FUNCTION(int, SSL_get_error, (const SSL *_Nonnull ssl, int result))                                               \
    FUNCTION(const char *_Nonnull, SSL_get_version, (const SSL *_Nonnull ssl))                                        \
    FUNCTION(const SSL_CIPHER *_Nullable, SSL_get_current_cipher, (const SSL *_Nonnull ssl))                          \
    FUNCTION(const char *_Nonnull, SSL_CIPHER_get_name, (const SSL_CIPHER *_Nullable cipher))                         \
    FUNCTION(const char *_Nullable, SSL_group_to_name, (SSL *_Nonnull ssl, int id))                                   \
    FUNCTION(void, SSL_get0_alpn_selected,                                                                            \
             (const SSL *_Nonnull ssl, const unsigned char *_Nullable *_Nonnull data, unsigned int *_Nonnull length)) \
    FUNCTION(const char *_Nullable, SSL_get_servername, (const SSL *_Nonnull ssl, int type))                          \
    FUNCTION(int, SSL_session_reused, (const SSL *_Nonnull ssl))                                                      \
    FUNCTION(OPENSSL_STACK *_Nullable, SSL_get_peer_cert_chain, (const SSL *_Nonnull ssl))                            \
    FUNCTION(X509 *_Nullable, SSL_get0_peer_certificate, (const SSL *_Nonnull ssl))                                   \
    /* BIOs: where a session's bytes come from and go to. */                                                          \
    FUNCTION(int, BIO_get_new_index, (void))                                                                          \
    FUNCTION(BIO_METHOD *_Nullable, BIO_meth_new, (int type, const char *_Nonnull name))                              \
    FUNCTION(int, BIO_meth_set_read,                                                                                  \
             (BIO_METHOD *_Nonnull method, int (*_Nonnull read)(BIO *_Nonnull, char *_Nullable, int)))                \
    FUNCTION(int, BIO_meth_set_write,                                                                                 \
             (BIO_METHOD *_Nonnull method, int (*_Nonnull write)(BIO *_Nonnull, const char *_Nullable, int)))         \
    FUNCTION(int, BIO_meth_set_ctrl,                                                                                  \
             (BIO_METHOD *_Nonnull method, long (*_Nonnull ctrl)(BIO *_Nonnull, int, long, void *_Nullable)))         \
    FUNCTION(BIO *_Nullable, BIO_new, (const BIO_METHOD *_Nonnull method))                                            \
    FUNCTION(int, BIO_free, (BIO *_Nonnull bio))                                                                      \
    FUNCTION(void, BIO_set_data, (BIO *_Nonnull bio, void *_Nullable data))                                           \
    FUNCTION(void *_Nullable, BIO_get_data, (BIO *_Nonnull bio))                                                      \
    FUNCTION(void, BIO_set_init, (BIO *_Nonnull bio, int init))                                                       \
    FUNCTION(void, BIO_set_flags, (BIO *_Nonnull bio, int flags))                                                     \
    FUNCTION(void, BIO_clear_flags, (BIO *_Nonnull bio, int flags))                                                   \
    FUNCTION(const BIO_METHOD *_Nonnull, BIO_s_mem, (void))                                                           \
    FUNCTION(long, BIO_ctrl, (BIO *_Nonnull bio, int command, long number, void *_Nullable argument))                 \
    /* Certificates. */                                                                                               \
    FUNCTION(int, X509_verify_cert, (X509_STORE_CTX *_Nonnull store))                                                 \
    FUNCTION(void, X509_STORE_CTX_set_verify_cb,                                                                      \
             (X509_STORE_CTX *_Nonnull store, openssl_verify_callback *_Nonnull callback))                            \
    FUNCTION(int, X509_STORE_CTX_get_error, (const X509_STORE_CTX *_Nonnull store))                                   \
    FUNCTION(void, X509_STORE_CTX_set_error, (X509_STORE_CTX *_Nonnull store, int code))                              \
    FUNCTION(int, X509_STORE_CTX_get_error_depth, (const X509_STORE_CTX *_Nonnull store))                             \
    FUNCTION(X509 *_Nullable, X509_STORE_CTX_get_current_cert, (const X509_STORE_CTX *_Nonnull store))                \
    FUNCTION(void *_Nullable, X509_STORE_CTX_get_ex_data, (const X509_STORE_CTX *_Nonnull store, int index))          \
    FUNCTION(OPENSSL_STACK *_Nullable, X509_STORE_CTX_get0_chain, (const X509_STORE_CTX *_Nonnull store))             \
    FUNCTION(OPENSSL_STACK *_Nullable, X509_STORE_CTX_get0_untrusted, (const X509_STORE_CTX *_Nonnull store))         \
    FUNCTION(X509 *_Nullable, X509_STORE_CTX_get0_cert, (const X509_STORE_CTX *_Nonnull store))                       \
    FUNCTION(const char *_Nonnull, X509_verify_cert_error_string, (long code))                                        \
    FUNCTION(int, X509_VERIFY_PARAM_set1_host,                                                                        \
             (X509_VERIFY_PARAM *_Nonnull parameters, const char *_Nonnull name, size_t length))                      \
    FUNCTION(int, X509_VERIFY_PARAM_set1_ip_asc,                                                                      \
             (X509_VERIFY_PARAM *_Nonnull parameters, const char *_Nonnull address))                                  \
    FUNCTION(void, X509_VERIFY_PARAM_set_hostflags,                                                                   \
             (X509_VERIFY_PARAM *_Nonnull parameters, unsigned int flags))                                            \
    FUNCTION(void, X509_free, (X509 *_Nullable certificate))                                                          \
    FUNCTION(int, X509_check_host,                                                                                    \
             (X509 *_Nonnull certificate, const char *_Nonnull name, size_t length, unsigned int flags,               \
              char *_Nullable *_Nullable peer_name))                                                                  \
    FUNCTION(int, X509_cmp, (const X509 *_Nonnull one, const X509 *_Nonnull other))                                   \
    FUNCTION(X509_NAME *_Nonnull, X509_get_subject_name, (const X509 *_Nonnull certificate))                          \
    FUNCTION(X509_NAME *_Nonnull, X509_get_issuer_name, (const X509 *_Nonnull certificate))                           \
    FUNCTION(int, X509_NAME_print_ex,                                                                                 \
             (BIO *_Nonnull out, const X509_NAME *_Nonnull name, int indent, unsigned long flags))                    \
    FUNCTION(int, X509_NAME_cmp, (const X509_NAME *_Nonnull one, const X509_NAME *_Nonnull other))                    \
    FUNCTION(const ASN1_TIME *_Nonnull, X509_get0_notBefore, (const X509 *_Nonnull certificate))                      \
    FUNCTION(const ASN1_TIME *_Nonnull, X509_get0_notAfter, (const X509 *_Nonnull certificate))                       \
    FUNCTION(int, ASN1_TIME_to_tm, (const ASN1_TIME *_Nonnull time, struct tm *_Nonnull result))                      \
    FUNCTION(const ASN1_STRING *_Nonnull, X509_get0_serialNumber, (const X509 *_Nonnull certificate))                 \
    FUNCTION(int, ASN1_STRING_length, (const ASN1_STRING *_Nonnull string))                                           \
    FUNCTION(const unsigned char *_Nullable, ASN1_STRING_get0_data, (const ASN1_STRING *_Nonnull string))             \
    FUNCTION(void *_Nullable, X509_get_ext_d2i,                                                                       \
             (const X509 *_Nonnull certificate, int nid, int *_Nullable critical, int *_Nullable index))              \
    FUNCTION(void, GENERAL_NAMES_free, (OPENSSL_STACK *_Nonnull names))                                               \
    FUNCTION(void *_Nullable, GENERAL_NAME_get0_value, (const GENERAL_NAME *_Nonnull name, int *_Nonnull type))       \
    FUNCTION(int, OPENSSL_sk_num, (const OPENSSL_STACK *_Nonnull stack))                                              \
    FUNCTION(void *_Nullable, OPENSSL_sk_value, (const OPENSSL_STACK *_Nonnull stack, int index))                     \
    FUNCTION(int, X509_get_signature_nid, (const X509 *_Nonnull certificate))                                         \
    FUNCTION(const char *_Nullable, OBJ_nid2ln, (int nid))                                                            \
    FUNCTION(EVP_PKEY *_Nullable, X509_get0_pubkey, (const X509 *_Nonnull certificate))                               \
    FUNCTION(int, EVP_PKEY_get_bits, (const EVP_PKEY *_Nonnull key))                                                  \
    FUNCTION(const char *_Nullable, EVP_PKEY_get0_type_name, (const EVP_PKEY *_Nonnull key))                          \
    FUNCTION(int, EVP_PKEY_get_group_name,                                                                            \
             (const EVP_PKEY *_Nonnull key, char *_Nonnull name, size_t size, size_t *_Nonnull length))               \
    FUNCTION(X509_PUBKEY *_Nullable, X509_get_X509_PUBKEY, (const X509 *_Nonnull certificate))                        \
    FUNCTION(int, i2d_X509_PUBKEY,                                                                                    \
             (const X509_PUBKEY *_Nonnull key, unsigned char *_Nullable *_Nullable out))                              \
    FUNCTION(int, i2d_X509, (const X509 *_Nonnull certificate, unsigned char *_Nullable *_Nullable out))              \
    FUNCTION(const EVP_MD *_Nonnull, EVP_sha256, (void))                                                              \
    FUNCTION(int, EVP_EncodeBlock, (unsigned char *_Nonnull text, const unsigned char *_Nonnull data, int count))     \
    FUNCTION(int, EVP_Digest,                                                                                         \
             (const void *_Nonnull data, size_t count, unsigned char *_Nonnull digest, unsigned int *_Nullable size,  \
              const EVP_MD *_Nonnull type, void *_Nullable engine))                                                   \
    /* A certificate of our own making. */                                                                            \
    FUNCTION(EVP_PKEY_CTX *_Nullable, EVP_PKEY_CTX_new_from_name,                                                     \
             (void *_Nullable library, const char *_Nonnull name, const char *_Nullable query))                       \
    FUNCTION(void, EVP_PKEY_CTX_free, (EVP_PKEY_CTX *_Nonnull ctx))                                                   \
    FUNCTION(int, EVP_PKEY_keygen_init, (EVP_PKEY_CTX *_Nonnull ctx))                                                 \
    FUNCTION(int, EVP_PKEY_CTX_set_group_name, (EVP_PKEY_CTX *_Nonnull ctx, const char *_Nonnull name))               \
    FUNCTION(int, EVP_PKEY_generate, (EVP_PKEY_CTX *_Nonnull ctx, EVP_PKEY *_Nullable *_Nonnull key))                 \
    FUNCTION(void, EVP_PKEY_free, (EVP_PKEY *_Nonnull key))                                                           \
    FUNCTION(X509 *_Nullable, X509_new, (void))                                                                       \
    FUNCTION(int, X509_set_version, (X509 *_Nonnull certificate, long version))                                       \
    FUNCTION(ASN1_STRING *_Nonnull, X509_get_serialNumber, (X509 *_Nonnull certificate))                              \
    FUNCTION(int, ASN1_INTEGER_set_uint64, (ASN1_STRING *_Nonnull number, uint64_t value))                            \
    FUNCTION(ASN1_TIME *_Nonnull, X509_getm_notBefore, (const X509 *_Nonnull certificate))                            \
    FUNCTION(ASN1_TIME *_Nonnull, X509_getm_notAfter, (const X509 *_Nonnull certificate))                             \
    FUNCTION(ASN1_TIME *_Nullable, X509_gmtime_adj, (ASN1_TIME *_Nonnull time, long seconds))                         \
    FUNCTION(int, X509_set_pubkey, (X509 *_Nonnull certificate, EVP_PKEY *_Nonnull key))                              \
    FUNCTION(int, X509_NAME_add_entry_by_txt,                                                                         \
             (X509_NAME *_Nonnull name, const char *_Nonnull field, int type, const unsigned char *_Nonnull bytes,    \
              int length, int place, int set))                                                                        \
    FUNCTION(int, X509_set_issuer_name, (X509 *_Nonnull certificate, const X509_NAME *_Nonnull name))                 \
    FUNCTION(X509_EXTENSION *_Nullable, X509V3_EXT_conf_nid,                                                          \
             (void *_Nullable conf, void *_Nullable ctx, int nid, const char *_Nonnull value))                        \
    FUNCTION(int, X509_add_ext, (X509 *_Nonnull certificate, X509_EXTENSION *_Nonnull extension, int place))          \
    FUNCTION(void, X509_EXTENSION_free, (X509_EXTENSION *_Nonnull extension))                                         \
    FUNCTION(int, X509_sign, (X509 *_Nonnull certificate, EVP_PKEY *_Nonnull key, const EVP_MD *_Nonnull digest))

struct openssl_functions {
#define OPENSSL_MEMBER(result, name, parameters) result (*_Nonnull name) parameters;
    OPENSSL_FUNCTIONS(OPENSSL_MEMBER)
#undef OPENSSL_MEMBER
};

/*
 * Opens libssl.so.3, and libcrypto.so.3 with it, and finds the functions: dlopen(3), dlsym(3).
 *
 * Returns NULL if the library cannot be opened, then `reason` says why: dlerror(3); or if it is too old, then `missing`
 * is the function that it lacks.
 */
const struct openssl_functions *_Nullable clinux_openssl(const char *_Nullable *_Nonnull missing,
                                                         const char *_Nullable *_Nonnull reason);

#pragma clang diagnostic pop

#endif
