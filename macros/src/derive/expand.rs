use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::catalogue::{Catalogue, Entry};

impl ToTokens for Catalogue {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([self.catalogue(), self.text(), self.conversions()]);
    }
}

impl Catalogue {
    fn catalogue(&self) -> TokenStream {
        let Self { name, krate, entries } = self;
        let declared = entries.iter().map(|entry| self.declared(entry));
        quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl #krate::scope::Scopes for #name {
                const DECLARED: &'static [#krate::scope::DeclaredScope] = &[#(#declared),*];

                fn catalog() -> #krate::scope::ScopeCatalog {
                    static CATALOG: ::std::sync::LazyLock<#krate::scope::ScopeCatalog> = ::std::sync::LazyLock::new(|| {
                        ::core::result::Result::expect(
                            #krate::scope::ScopeCatalog::declared(<#name as #krate::scope::Scopes>::DECLARED),
                            "what is derived has neither duplicates nor circles",
                        )
                    });
                    ::core::clone::Clone::clone(&*CATALOG)
                }
            }
        }
    }

    fn declared(&self, entry: &Entry) -> TokenStream {
        let krate = &self.krate;
        let Entry { variant, text, description, implies } = entry;
        let implies = implies.iter().map(|&place| &self.entries[place].text);
        quote! {
            #krate::scope::DeclaredScope::new(
                Self::#variant as ::core::primitive::i128,
                #text,
                #description,
                &[#(#implies),*],
            )
        }
    }

    fn text(&self) -> TokenStream {
        let name = &self.name;
        let variants = self.entries.iter().map(|entry| &entry.variant);
        let texts = self.entries.iter().map(|entry| &entry.text);
        quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl ::core::convert::AsRef<::core::primitive::str> for #name {
                fn as_ref(&self) -> &::core::primitive::str {
                    match self {
                        #(Self::#variants => #texts),*
                    }
                }
            }
        }
    }

    fn conversions(&self) -> TokenStream {
        let Self { name, krate, .. } = self;
        quote! {
            #[automatically_derived]
            impl ::core::convert::From<#name> for #krate::scope::Scope {
                fn from(scope: #name) -> Self {
                    Self::from_static(#krate::scope::text_of::<#name>(scope as ::core::primitive::i128))
                }
            }

            #[automatically_derived]
            impl ::core::convert::From<#name> for #krate::requirement::Requirement {
                fn from(scope: #name) -> Self {
                    Self::scope(::core::convert::From::from(scope))
                }
            }

            #[automatically_derived]
            impl ::core::convert::From<#name> for #krate::requirement::Access {
                fn from(scope: #name) -> Self {
                    Self::Requires(::core::convert::From::from(scope))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{DeriveInput, File, Item, parse_quote, parse2};

    use crate::derive::Catalogue;
    use crate::faults::Faults;

    fn expand(input: &DeriveInput) -> File {
        let catalogue = Catalogue::read(input, &mut Faults::default()).unwrap();
        parse2(catalogue.into_token_stream()).unwrap()
    }

    #[test]
    fn five_impls_are_written() {
        let file = expand(&parse_quote!(
            enum Api {
                #[scope("a")]
                A,
            }
        ));
        let impls = file.items.iter().filter(|item| matches!(item, Item::Impl(_)));
        assert_eq!(impls.count(), 5);
    }

    #[test]
    fn another_crate_is_named_throughout() {
        let file = expand(&parse_quote! {
            #[scopes(crate = pats)]
            enum Api { #[scope("a", implies = B)] A, #[scope("b")] B }
        });
        let code = file.to_token_stream().to_string();
        assert!(!code.contains("tower_pat"), "{code}");
        assert!(code.contains(r#""a" , "" , & ["b"]"#), "{code}");
    }
}
