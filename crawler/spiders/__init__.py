"""One file a CMS family: `name`, `links(response)`, and `paging(response, page)` where it is not a plain next link."""
