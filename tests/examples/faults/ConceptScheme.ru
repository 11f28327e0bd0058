#+ fault: A concept of no scheme.
PREFIX issue: <https://w3id.org/stancegraph/id/issue/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE { issue:Security skos:inScheme ?old . }
INSERT {  }
WHERE { issue:Security skos:inScheme ?old . }
